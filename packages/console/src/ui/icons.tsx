import type { ReactNode } from 'react';

/** SVG paths for a view box of 20 by 20, drawn as strokes. */
const PATHS = {
  overview: 'M3.500 3.500v13h13M7 13.500v-3M10.500 13.500V6M14 13.500V8.500',
  sessions: 'M3 5h14M3 10h14M3 15h9',
  call: 'M3 7.5A1.5 1.5 0 0 1 4.500 6h7A1.500 1.500 0 0 1 13 7.500v5a1.500 1.500 0 0 1-1.500 1.500h-7A1.500 1.500 0 0 1 3 12.500zM13 9.200l4-2.200v6l-4-2.200',
  playground: 'M4 4.500h5v11H4zM11 4.500h5v11h-5zM6 8h1M13 8h1M6 11h1M13 11h1',
  shield: 'M10 2.500l6 2.200v4.600c0 3.800-2.500 6.600-6 8.200-3.500-1.600-6-4.400-6-8.200V4.700zM7.300 10l2 2 3.600-4',
  people:
    'M7.500 9.500a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500zM2.500 16c.3-2.700 2.200-4.200 5-4.200s4.700 1.500 5 4.200M12.500 4.300a2.700 2.700 0 0 1 0 5M14.300 12.100c1.800.6 2.900 1.900 3.200 3.900',
  audit: 'M5 3h7.500L15.500 6v11h-10.500zM7.800 8.500h5M7.800 11.300h5M7.800 14h3',
  search: 'M9 3.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM13.200 13.200L17 17',
  download: 'M10 3v9M6.500 9L10 12.500 13.500 9M4 16.500h12',
  check: 'M4 10.500l4 4 8-9',
  cross: 'M5 5l10 10M15 5L5 15',
  warning: 'M10 3.500L17.500 16.500h-15zM10 8.500v3.500M10 14.300v.2',
  out: 'M8 4H4.500v12H8M8.500 10H17M14 6.800L17 10l-3 3.200',
  copy: 'M7.500 7.500h8v8h-8zM12.500 7.500v-3h-8v8h3',
  play: 'M6.500 4.200v11.600L16 10z',
  trash: 'M4 6h12M8 6V4h4v2M5.500 6l.7 10h7.600l.7-10M8.500 9v4M11.500 9v4',
} as const;
/** Name of an icon. */
export type IconName = keyof typeof PATHS;

/** Decorative: hidden from screen readers, so always use it beside a text or in a labeled button. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** The logo: a shield with a wave. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        className="mark-shield"
        d="M16 2l12 4.200v9.300c0 7.300-4.900 12.300-12 14.500C8.900 27.800 4 22.800 4 15.500V6.200z"
      />
      <path className="mark-wave" d="M8 16h3.200l2.300-5.500 4 11 2.500-5.500H24" />
    </svg>
  );
}
