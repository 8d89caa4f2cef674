/**
 * What the world does to us (a bad file, an absent server, a refused request), as opposed to our
 * own bugs, which are assertions. `code` is stable and for programs; the message says what was
 * wrong, where, and what to do.
 */
export class FirstcallError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FirstcallError';
    this.code = code;
  }
}
