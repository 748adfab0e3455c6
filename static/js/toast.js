// Short messages. They leave by themselves after a while, except warnings, which wait to be closed.
const LINGER = 6000;

function arm(toast) {
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
  if (["info", "success"].includes(toast.dataset.toast)) setTimeout(() => toast.remove(), LINGER);
}

export function showToast(text, kind = "info") {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  const icons = { success: "circle-check", warning: "alert-triangle", danger: "alert-circle", info: "info-circle" };
  const use = toast.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icons[kind]}`));
  toast.className = `ml-toast ml-toast-${kind}`;
  toast.dataset.toast = kind;
  toast.querySelector("p").textContent = text;
  document.getElementById("toasts").append(toast);
  arm(toast);
}

export function watchToasts() {
  document.querySelectorAll("#toasts [data-toast]").forEach(arm);
}
