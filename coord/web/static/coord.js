// Small conveniences; every page works without them.
"use strict";

document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-back]");
  if (back) history.back();
  const print = event.target.closest("[data-print]");
  if (print) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    source.select();
    navigator.clipboard?.writeText(source.value).then(() => {
      copy.textContent = copy.dataset.done || copy.textContent;
    });
  }
});

// A second click on the same button sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.method.toLowerCase() === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const limit = Number(form.dataset.maxBytes || 0);
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (limit && bytes > limit) {
    event.preventDefault();
    window.alert(form.dataset.tooLarge);
    return;
  }
  form.dataset.sent = "1";
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

const firstError = document.getElementById("form-errors");
if (firstError) {
  firstError.setAttribute("tabindex", "-1");
  firstError.focus();
}
