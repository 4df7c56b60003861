// Keeps what is marked data-live as the server shows it now. Opened details stay open, and what
// somebody is selecting stays.
const INTERVAL = 2000; // milliseconds

function openDetails() {
  return [...document.querySelectorAll("details[open][id]")].map((details) => details.id);
}

function show(fresh) {
  const open = openDetails();
  for (const section of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(section.id);
    if (next && next.innerHTML !== shown.get(section.id)) {
      shown.set(section.id, next.innerHTML);
      section.replaceWith(next);
    }
  }
  for (const id of open) {
    document.getElementById(id)?.setAttribute("open", "");
  }
}

async function refresh() {
  const selecting = !document.getSelection().isCollapsed;
  if (document.hidden || selecting) {
    return;
  }
  try {
    const answer = await fetch(location.href);
    if (answer.ok) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    document.body.classList.toggle("stale", !answer.ok);
  } catch {
    document.body.classList.add("stale"); // the world has ended
  }
}

const shown = new Map(
  [...document.querySelectorAll("[data-live]")].map((section) => [section.id, section.innerHTML]),
);

async function keep() {
  await refresh();
  setTimeout(keep, INTERVAL);
}

if (shown.size > 0) {
  setTimeout(keep, INTERVAL);
}
