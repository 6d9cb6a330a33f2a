import { configure } from "@testing-library/svelte";

// What has to happen is waited for as long as a machine may need that has other things to do.
configure({ asyncUtilTimeout: 60_000 });

// A browser tells of a changed selection once the script that changed it has ended, and CodeMirror counts on that;
// happy-dom tells of it in the middle of the change. Nothing tested here selects with the pointer.
const tell = document.dispatchEvent.bind(document);
document.dispatchEvent = (event: Event): boolean => event.type === "selectionchange" || tell(event);
