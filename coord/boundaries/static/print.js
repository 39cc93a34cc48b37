// A changed choice shows its sheet at once; without scripts the button does.
"use strict";

const choices = document.getElementById("print-form");
choices.addEventListener("change", () => {
  document.querySelector(".print-preview img").classList.add("stale");
  choices.requestSubmit();
});
