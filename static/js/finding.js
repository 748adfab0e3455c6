// Finding something: show the safety hint of the chosen category; add the place only when asked.
const line = document.querySelector("[data-hint-line]");

function hint() {
  const words = document.querySelector("input[name=category]:checked")?.dataset.hint ?? "";
  line.textContent = words;
  line.hidden = !words;
}

document.querySelectorAll("input[name=category]").forEach((input) => input.addEventListener("change", hint));
if (line) hint();

function locate(box) {
  const [lat, lng] = box.querySelectorAll("input");
  const button = box.querySelector("[data-locate-button]");
  const note = box.querySelector("[data-locate-note]");
  const words = button.querySelector("span");
  const add = words.textContent;

  const set = (spot) => {
    lat.value = spot ? spot.latitude.toFixed(6) : "";
    lng.value = spot ? spot.longitude.toFixed(6) : "";
    note.textContent = spot ? box.dataset.found : "";
    words.textContent = spot ? box.dataset.remove : add;
  };
  button.addEventListener("click", () => {
    if (lat.value) return set(null);
    navigator.geolocation.getCurrentPosition(
      (found) => set(found.coords),
      () => { note.textContent = box.dataset.failed; },
      { enableHighAccuracy: true, timeout: 8000 },
    );
  });
  box.hidden = false;
}

if ("geolocation" in navigator) document.querySelectorAll("[data-locate]").forEach(locate);
