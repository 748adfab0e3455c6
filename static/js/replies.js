// Replies beside a note: one tap puts the words in; what somebody has written already stays before them.
export function watchReplies() {
  document.addEventListener("click", (event) => {
    const reply = event.target.closest("[data-reply]");
    const note = reply?.closest("main")?.querySelector("textarea[name=note]");
    if (!note) return;
    const before = note.value.trim();
    note.value = before ? `${before}\n${reply.dataset.reply}` : reply.dataset.reply;
    note.dispatchEvent(new Event("input", { bubbles: true }));
    note.focus();
  });
}
