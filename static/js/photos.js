// Photos are shown before they are sent and can be taken out again; the file field itself stays the truth.
function refill(input, files) {
  const transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
}

function tile(file, picker, remove) {
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `${picker.dataset.remove} ${file.name}`);
  const add = picker.querySelector(".ml-picker-add use").getAttribute("href");
  button.innerHTML = '<svg class="icon" aria-hidden="true"><use></use></svg>';
  button.querySelector("use").setAttribute("href", add.replace(/#.*/, "#x"));
  button.addEventListener("click", remove);
  item.append(image, button);
  return item;
}

function pick(picker) {
  const input = picker.querySelector("input[type=file]");
  const list = picker.querySelector("[data-photo-list]");
  const note = picker.querySelector("[data-photo-note]");
  const add = picker.querySelector(".ml-picker-add");
  const most = Number(picker.dataset.max);
  let files = [];

  const show = () => {
    refill(input, files);
    list.replaceChildren(
      ...files.map((file) =>
        tile(file, picker, () => {
          files = files.filter((other) => other !== file);
          note.textContent = "";
          show();
          input.focus();
        }),
      ),
    );
    add.hidden = files.length >= most;
  };
  input.addEventListener("change", () => {
    const chosen = [...files, ...input.files];
    note.textContent = chosen.length > most ? picker.dataset.full : "";
    files = chosen.slice(0, most);
    show();
  });
}

export function watchPhotos(root) {
  root.querySelectorAll("[data-photo-picker]:not([data-ready])").forEach((picker) => {
    picker.dataset.ready = "yes";
    pick(picker);
  });
}
