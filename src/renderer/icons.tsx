const PATHS = {
  lock: 'M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z',
  unlock: 'M4 7V5a4 4 0 0 1 7.6-1.7l-1.8.9A2 2 0 0 0 6 5v2h7v7H3V7z',
  eye: 'M8 3c3.6 0 6.2 2.6 7.5 5-1.3 2.4-3.900 5-7.5 5S1.800 10.400.5 8C1.800 5.600 4.400 3 8 3zm0 2.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600zm0 1.500a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600z',
  hidden:
    'M2.300 1.200 14.800 13.700l-1.100 1.100-2.300-2.300A8.300 8.300 0 0 1 8 13c-3.600 0-6.200-2.600-7.500-5 .7-1.300 1.800-2.700 3.200-3.700L1.200 2.300zM8 3c3.600 0 6.200 2.600 7.500 5-.5 1-1.300 2-2.200 2.800L6.200 3.300C6.800 3.100 7.400 3 8 3z',
  sound:
    'M2 6h2.500L8 3v10L4.500 10H2zm7.500-.5a3.500 3.500 0 0 1 0 5zm0-3a6.200 6.200 0 0 1 0 11v-1.500a4.800 4.800 0 0 0 0-8z',
  muted:
    'M2 6h2.500L8 3v10L4.500 10H2zm8 0 1.500 1.500L13 6l1 1-1.500 1.500L14 10l-1 1-1.500-1.500L10 11l-1-1 1.500-1.500L9 7z',
} as const;

/** One of the small pictures on buttons; what it means is said by the button's label. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={14} height={14} aria-hidden="true">
      <path fill="currentColor" fillRule="evenodd" d={PATHS[name]} />
    </svg>
  );
}
