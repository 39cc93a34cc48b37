// The studio without reloading: each link or form marked data-go is fetched and the bench put
// in place of the present one. Without this script they are plain links and forms.
"use strict";

const words = JSON.parse(document.getElementById("studio-words").textContent);
let zoom = 1;
let asked = 0;

const bench = () => document.getElementById("studio");

// What had the keyboard, so that it has it again in the new bench.
function focusKey() {
  const active = document.activeElement;
  if (!active || !bench().contains(active)) return null;
  const code = active.dataset?.code;
  if (code) return `[data-code="${code}"]`;
  return active.id ? `#${CSS.escape(active.id)}` : null;
}

function openDetails() {
  return [...bench().querySelectorAll("details")].map((one) => one.open);
}

function applyZoom() {
  const svg = document.getElementById("studio-map");
  const tools = bench().querySelector(".studio-zoom");
  if (tools) tools.hidden = false;
  if (!svg) return;
  svg.style.width = `${zoom * 100}%`;
  svg.classList.toggle("zoomed", zoom > 1);
}

function say(text) {
  document.getElementById("studio-said").textContent = text;
}

function replaceBench(page, url, remember) {
  const next = page.getElementById("studio");
  if (!next) {
    window.location.assign(url);
    return;
  }
  const key = focusKey();
  const frame = bench().querySelector(".studio-frame");
  const place = frame ? [frame.scrollLeft, frame.scrollTop] : [0, 0];
  const open = openDetails();
  const before = bench().querySelectorAll("details").length;
  bench().replaceWith(document.adoptNode(next));
  const details = [...bench().querySelectorAll("details")];
  if (details.length === before) details.forEach((one, index) => { one.open = open[index]; });
  applyZoom();
  const moved = bench().querySelector(".studio-frame");
  if (moved) [moved.scrollLeft, moved.scrollTop] = place;
  if (key) bench().querySelector(key)?.focus({ preventScroll: true });
  if (remember) window.history.pushState({}, "", url);
  // Said after the element is in place, so that it is read out.
  const line = document.getElementById("studio-said").textContent;
  say("");
  window.setTimeout(() => say(line), 50);
}

async function go(url, { remember = true } = {}) {
  asked += 1;
  const mine = asked;
  bench().classList.add("busy");
  say(words.working);
  const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  if (mine !== asked) return;
  if (!answer || answer.status >= 500) {
    bench().classList.remove("busy");
    say(words.failed);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine === asked) replaceBench(page, answer.url, remember);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) {
    zoom = Math.min(4, Math.max(1, zoom * (button.dataset.zoom === "in" ? 1.5 : 1 / 1.5)));
    applyZoom();
    return;
  }
  const link = event.target.closest("a[data-go]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-go]");
  if (!form) return;
  event.preventDefault();
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  go(`${form.getAttribute("action").split("#")[0]}?${new URLSearchParams(fields)}`);
});

window.addEventListener("popstate", () => go(window.location.href, { remember: false }));
applyZoom();
