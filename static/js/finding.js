// Finding something: the chosen category stays in sight with its safety hint; the place is added only when asked.
const line = document.querySelector("[data-hint-line]");
const more = document.querySelector("[data-more]");
const said = more?.querySelector("summary span");
const asked = said?.textContent;

function choose(byHand) {
  const chosen = document.querySelector("input[name=category]:checked");
  const rare = Boolean(chosen && more.contains(chosen));
  said.textContent = rare ? chosen.closest("label").textContent.trim() : asked;
  more.classList.toggle("ml-pick-chosen", rare);
  if (byHand) more.open = false;
  line.textContent = chosen?.dataset.hint ?? "";
  line.hidden = !line.textContent;
}

document.querySelectorAll("input[name=category]").forEach((input) => {
  input.addEventListener("change", () => choose(false));
  // A tap ends the search; arrow keys only look around, so the list stays open for them.
  input.addEventListener("click", (event) => choose(event.detail > 0));
});
if (line) choose(false);

// A suggested category is chosen like any other; the hub's suggestions come and go.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-choose-category]");
  const wanted = chip && document.querySelector(`input[name=category][value="${CSS.escape(chip.dataset.chooseCategory)}"]`);
  if (!wanted) return;
  wanted.checked = true;
  wanted.dispatchEvent(new Event("change", { bubbles: true }));
  document.querySelectorAll("[data-choose-category]").forEach((one) => one.setAttribute("aria-pressed", String(one === chip)));
});

// Enter in a text field must not join what merely stands above: only a tap on the button, or the key on it, does.
document.addEventListener("click", (event) => {
  const join = event.target.closest("[data-join]");
  if (join && event.detail === 0 && document.activeElement !== join) event.preventDefault();
}, true);

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
    lat.dispatchEvent(new Event("change", { bubbles: true }));
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
