/** Thrown where somebody else is at work on the file, and looking again in a moment is all that is needed. */
export class NotYet extends Error {}
