// Native dialogs: data-open="id" opens, data-close or a tap on the veil closes; focus returns to where it was. Photos open in the viewer.
// data-copies="id": the dialog shows what stands in another element, copied when it first opens.
function open(dialog) {
  const source = dialog.dataset.copies && document.getElementById(dialog.dataset.copies);
  if (source) {
    for (const child of source.children) htmx.process(dialog.appendChild(child.cloneNode(true)));
    delete dialog.dataset.copies;
  }
  if (!dialog.open) dialog.showModal();
}

function view(link) {
  const viewer = document.getElementById("photo-viewer");
  const picture = viewer.querySelector("img");
  picture.src = link.href;
  picture.alt = link.querySelector("img")?.alt ?? "";
  open(viewer);
}

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) open(document.getElementById(opener.dataset.open));
    const photo = event.target.closest("a[data-photo]");
    if (photo) {
      event.preventDefault();
      view(photo);
    }
    const dialog = event.target.closest("dialog");
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });
}
