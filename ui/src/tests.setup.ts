// A browser tells of a changed selection once the script that changed it has ended, and CodeMirror counts on that;
// happy-dom tells of it in the middle of the change. Nothing tested here selects with the pointer.
const tell = document.dispatchEvent.bind(document);
document.dispatchEvent = (event: Event): boolean => event.type === "selectionchange" || tell(event);
