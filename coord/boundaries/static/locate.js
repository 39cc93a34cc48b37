// Shows a file's preview and saves its copy without leaving the page, so that the chosen file
// stays chosen. Without scripts the same buttons post the form.
"use strict";

(() => {
  const form = document.querySelector("[data-points]");
  if (!form) return;
  const preview = document.getElementById("points-preview");
  const status = form.querySelector("[data-status]");
  let busy = false;
  const file = document.getElementById("points-file");

  const say = (words) => {
    status.textContent = words;
  };
  const refuse = (words) => {
    const box = document.createElement("div");
    box.className = "alert alert-danger";
    box.setAttribute("role", "alert");
    box.textContent = words;
    preview.replaceChildren(box);
  };
  const tooLarge = () => {
    const chosen = file.files[0];
    if (!chosen || chosen.size <= Number(form.dataset.maxBytes)) return false;
    refuse(form.dataset.tooLarge.replace("FILE", chosen.name));
    return true;
  };
  const nameIn = (header) => {
    const found = /filename\*=UTF-8''([^;]+)/i.exec(header) || /filename="?([^";]+)/i.exec(header);
    return found ? decodeURIComponent(found[1]) : "copy";
  };
  const save = async (answer) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = nameIn(answer.headers.get("Content-Disposition") || "");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(form.dataset.saved);
  };
  const show = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("points-preview");
    if (found) preview.replaceChildren(...found.childNodes);
    else refuse(page.querySelector(".error-page p:not(.error-code)")?.textContent || form.dataset.failed);
    say("");
    if (answer.ok) preview.focus({ preventScroll: true });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy || tooLarge()) return;
    busy = true;
    const body = new FormData(form);
    const address = event.submitter?.getAttribute("formaction") || form.action;
    say(form.dataset.busy);
    try {
      const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
      if (answer.ok && answer.headers.has("Content-Disposition")) await save(answer);
      else await show(answer);
    } catch {
      say(form.dataset.failed);
    }
    busy = false;
  });
  // What was previewed no longer holds once another column or datum is chosen.
  form.addEventListener("change", (event) => {
    const told = preview.querySelector("[data-told]");
    if (event.target.tagName !== "SELECT" || !told) return;
    told.remove();
    say(form.dataset.changed);
  });
  // Another file has columns of its own.
  file.addEventListener("change", () => {
    preview.replaceChildren();
    say("");
    tooLarge();
  });
})();
