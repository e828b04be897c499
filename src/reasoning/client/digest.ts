/** What names a text briefly? Its sha256. */

/** The sha256 of a text, in base64. */
export function digest(text: string): string {
  // Loaded with the first use, for importing Sluice must be quick.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('base64');
}
