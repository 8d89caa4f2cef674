/** Whether this process may make code from text. Pages may not, and a process can be told so. */
export function canCompile(): boolean {
  try {
    new Function('');
    return true;
  } catch {
    return false;
  }
}
