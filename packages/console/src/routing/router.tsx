import { type AnchorHTMLAttributes, type ReactNode, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const notify = (): void => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', notify);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** URL of the current page. Rerenders the component when it changes. */
export function useLocation(): URL {
  return new URL(useSyncExternalStore(subscribe, () => window.location.href));
}

/** The text that belongs to the current history entry; empty if there is none. */
export function entryText(): string {
  const state: unknown = window.history.state;
  if (typeof state !== 'object' || state === null || !('text' in state)) return '';
  return typeof state.text === 'string' ? state.text : '';
}

/** The same for a component, which it rerenders when the text changes. */
export function useEntryText(): string {
  return useSyncExternalStore(subscribe, entryText);
}

export interface NavigateOptions {
  /** Takes the place of the current history entry. */
  readonly replace?: boolean;
  /**
   * Belongs to the history entry and comes back with it, but is not in the URL, which proxies log and people share.
   */
  readonly text?: string;
}

/** Opens a page of the console. */
export function navigate(to: string, { replace = false, text = '' }: NavigateOptions = {}): void {
  const target = new URL(to, window.location.href).href;
  if (target === window.location.href && text === entryText()) return;
  const state = text === '' ? null : { text };
  if (replace) window.history.replaceState(state, '', to);
  else {
    window.history.pushState(state, '', to);
    window.scrollTo(0, 0);
  }
  notify();
}

/** A link within the console. Clicks with another button or a modifier key keep the browser's default behavior. */
export function Link(
  props: { readonly to: string; readonly children: ReactNode } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>,
): ReactNode {
  const { to, children, onClick, ...rest } = props;
  return (
    <a
      href={to}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(to);
      }}
      {...rest}
    >
      {children}
    </a>
  );
}
