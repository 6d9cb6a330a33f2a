// Which of many things are near enough to the visible part of a scroller to be drawn.
import type { Attachment } from "svelte/attachments";

type Tell = (id: number, seen: boolean) => void;

/** Gives an attachment for each thing; `tell` hears when it comes near and when it goes. */
export function near(root: () => HTMLElement, tell: Tell): (id: number) => Attachment<HTMLElement> {
  const ids = new WeakMap<Element, number>();
  let observer: IntersectionObserver | null = null;
  const made = (): IntersectionObserver =>
    (observer ??= new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) tell(ids.get(target) ?? 0, isIntersecting);
      },
      { root: root(), rootMargin: "60% 60%" },
    ));
  return (id) => (element) => {
    ids.set(element, id);
    // The scroller itself is bound only after its children are there.
    queueMicrotask(() => made().observe(element));
    return () => observer?.unobserve(element);
  };
}
