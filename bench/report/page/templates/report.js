"use strict";

// The colour scheme: that of the system, or the one the reader chose.
const theme = document.getElementById("theme");
const choices = { "": "system", light: "light", dark: "dark" };
const remembered = {
  get() { try { return localStorage.getItem("colours") || ""; } catch { return ""; } },
  set(value) { try { localStorage.setItem("colours", value); } catch { /* a local file may have no storage */ } },
};
function paint(choice) {
  if (!(choice in choices)) choice = "";
  document.documentElement.dataset.theme = choice;
  theme.lastElementChild.textContent = choices[choice];
  remembered.set(choice);
}
theme.hidden = false;
theme.addEventListener("click", () => {
  const names = Object.keys(choices);
  const now = names.indexOf(document.documentElement.dataset.theme);
  paint(names[(now + 1) % names.length]);
});
paint(remembered.get());

// A schedule, step by step: buttons or arrow keys.
for (const lanes of document.querySelectorAll(".lanes")) {
  const rows = [...lanes.querySelectorAll(".step")];
  const controls = lanes.querySelector(".controls");
  const said = lanes.querySelector("output");
  let at = -1;
  const go = (to) => {
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows.forEach((row, number) => {
      row.classList.toggle("done", number < at);
      if (number === at) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    const acts = rows[at].querySelector(".acts").textContent.trim();
    said.textContent = `Step ${at + 1} of ${rows.length}: ${acts}`;
    rows[at].scrollIntoView({ block: "nearest" });
  };
  controls.hidden = false;
  said.textContent = `${rows.length} steps; the arrow keys go through them`;
  controls.addEventListener("click", (event) => {
    if (event.target.dataset.step) go(at + Number(event.target.dataset.step));
  });
  lanes.addEventListener("keydown", (event) => {
    const to = {
      ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1,
      Home: 0, End: rows.length - 1,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(to);
  });
}

// A point of a chart shows its figures.
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);
document.addEventListener("pointerover", (event) => {
  const point = event.target.closest?.("svg path[aria-label]");
  tip.hidden = !point;
  if (!point) return;
  tip.textContent = point.getAttribute("aria-label");
  const box = point.getBoundingClientRect();
  const left = box.left + box.width / 2 - tip.offsetWidth / 2;
  const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${scrollX + Math.max(8, Math.min(most, left))}px`;
  tip.style.top = `${scrollY + box.top - tip.offsetHeight - 6}px`;
});

// A link into a folded part opens it.
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
}
addEventListener("hashchange", unfold);
unfold();
