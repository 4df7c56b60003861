"use strict";
// Without this script the buttons stay hidden, and one tap selects a whole text (page.css).
const announced = document.getElementById("announced");

async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source); // the browser forbids: the reader's own keys are left
    return false;
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.firstElementChild;
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(document.getElementById(button.dataset.copy));
    label.textContent = announced.textContent = done ? button.dataset.copied : button.dataset.selected;
    setTimeout(() => { label.textContent = before; announced.textContent = ""; }, 2000);
  });
}
