/** What pages of the interface that come over HTTP may do. */
export function securityHeaders(host: string): Record<string, string> {
  return pageHeaders("'self'", `ws://${host}`);
}

/**
 * What pages of the interface may do: load from `self`, talk to it and to `connections`. Styles may be inline because
 * panels and canvases are laid out by style attributes; scripts never.
 */
export function pageHeaders(self: string, connections = ''): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `script-src ${self}`,
    `style-src ${self} 'unsafe-inline'`,
    `img-src ${self} data: blob:`,
    `media-src ${self} blob:`,
    `font-src ${self}`,
    `connect-src ${self} ${connections}`.trimEnd(),
    `worker-src ${self} blob:`,
    `frame-src ${self}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...commonHeaders(), 'content-security-policy': policy.join('; ') };
}

/** What files that were made elsewhere, such as reports, may do when they are looked at: show themselves, no more. */
export function contentHeaders(): Record<string, string> {
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox; frame-ancestors 'self'";
  return { ...commonHeaders(), 'content-security-policy': policy };
}

function commonHeaders(): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
  };
}
