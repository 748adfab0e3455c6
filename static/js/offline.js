// The quiet bar while there is no network. A page that keeps drafts tells how many wait, and whether the hub was reached:
// import { show } and call show(3, true).
let kept = 0;
let reached = true;

function paint() {
  const online = navigator.onLine && reached;
  document.querySelectorAll("[data-offline-bar]").forEach((bar) => {
    const words = kept ? bar.dataset.some.replace("{n}", kept) : bar.dataset.none;
    bar.querySelector("[data-offline-words]").textContent = online ? bar.dataset.back : words;
    bar.hidden = online && !kept;
  });
}

export function show(count, answered = true) {
  kept = count;
  reached = answered;
  paint();
}

export function watchOffline() {
  window.addEventListener("online", () => {
    reached = true;
    paint();
  });
  window.addEventListener("offline", paint);
  paint();
}
