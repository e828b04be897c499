/** How long does a provider want to be left alone? Its Retry-After headers. */

/**
 * Milliseconds from `retry-after-ms`, else from `retry-after` (seconds or an HTTP date: RFC 9110, 10.2.3); undefined where
 * neither says so.
 *
 * @param headers by lower-case names @param now milliseconds since 1970
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const exact = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (exact >= 0) return exact;
  const after = headers['retry-after']?.trim();
  if (!after) return undefined;
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
