// The wall screen: one board at a time, and a clock. Boards come from the page; nobody touches this screen.
const wall = document.querySelector("[data-boards]");
const boards = [...wall.querySelectorAll("[data-board]")];
let current = 0;

function showOnly(index) {
  boards.forEach((board, place) => (board.hidden = place !== index));
  window.dispatchEvent(new Event("resize"));
}

function tick() {
  const time = document.querySelector("[data-now] time");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  time.textContent = format.format(new Date());
}

// Once in a while the whole page comes anew, with boards and scripts of a newer version.
if (wall.dataset.renew) setTimeout(() => location.reload(), Number(wall.dataset.renew) * 1000);

tick();
setInterval(tick, 10_000);
if (boards.length > 1) {
  showOnly(0);
  setInterval(() => showOnly((current = (current + 1) % boards.length)), Number(wall.dataset.seconds) * 1000);
}
