/** Whether an article with this share of its room is full: nobody will miss its last lines. */
export const isFull = (share: number): boolean => share >= 0.97;
