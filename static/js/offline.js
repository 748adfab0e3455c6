// The quiet bar while there is no network. A page that keeps drafts tells how many: import { show } and call show(3).
let kept = 0;

function paint() {
  document.querySelectorAll("[data-offline-bar]").forEach((bar) => {
    const words = kept ? bar.dataset.some.replace("{n}", kept) : bar.dataset.none;
    bar.querySelector("[data-offline-words]").textContent = navigator.onLine ? bar.dataset.back : words;
    bar.hidden = navigator.onLine && !kept;
  });
}

export function show(count) {
  kept = count;
  paint();
}

export function watchOffline() {
  window.addEventListener("online", paint);
  window.addEventListener("offline", paint);
  paint();
}
