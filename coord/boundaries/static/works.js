// Keeps the page of long work up to date; without scripts the page reloads itself.
"use strict";

const work = document.querySelector("[data-work]");

function show(state) {
  work.querySelector("progress").value = state.percent;
  work.querySelector("[data-percent]").textContent = `${state.percent}%`;
  work.querySelector("[data-label]").textContent = state.label;
  work.querySelector("[data-step]").textContent = state.step;
}

// Asked more rarely the longer it takes, so that a forgotten tab costs little.
async function ask(pause) {
  try {
    const answer = await fetch(work.dataset.work, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    show(state);
    if (state.over) {
      if (state.path) location.replace(state.path);
      else location.reload();
      return;
    }
  } catch (fault) {
    // The server may be restarting; the next question tells.
  }
  setTimeout(ask, pause, Math.min(pause * 1.15, 10000));
}

// Most work begins within a second and is over within ten.
if (work) setTimeout(ask, 300, 300);
