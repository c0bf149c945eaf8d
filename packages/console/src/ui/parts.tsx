import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from '../routing/router.tsx';
import { Icon, type IconName } from './icons.tsx';

/** Color of a badge by its meaning. */
export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'live' | 'accent';

/** A short label. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }): ReactNode {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}

/** A button, with an icon before its text. */
export function Button(props: {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly icon?: IconName;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly disabled?: boolean;
  readonly type?: 'button' | 'submit';
}): ReactNode {
  const { children, onClick, icon, kind = 'plain', disabled = false, type = 'button' } = props;
  return (
    <button type={type} className={`button button-${kind}`} onClick={onClick} disabled={disabled}>
      {icon && <Icon name={icon} size={16} />}
      {children}
    </button>
  );
}

/** A name and its value in a definition list. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** An empty state: what is missing and what the user can do. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <div className="empty-text">{children}</div>}
    </div>
  );
}

/** An error message, with a button to try again if `retry` is given. */
export function Problem({ error, retry }: { readonly error: Error; readonly retry?: () => void }): ReactNode {
  return (
    <div className="problem" role="alert">
      <Icon name="warning" />
      <span>{error.message}</span>
      {retry && (
        <Button kind="quiet" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Shown while something loads; announced by screen readers. */
/** A table without links or buttons, which may be wider than the screen. `label` is its name for screen readers. */
export function WideTable({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
    <section className="table-wrap" tabIndex={0} aria-label={label}>
      <table className="table">{children}</table>
    </section>
  );
}

export function Loading({ children = 'Loading…' }: { readonly children?: ReactNode }): ReactNode {
  return (
    <p className="loading" role="status">
      {children}
    </p>
  );
}

/** Tabs as links, because each view has its own URL. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly name: string }[];
  readonly current: string;
}): ReactNode {
  const place = useRef<HTMLElement>(null);
  // On a narrow screen the tabs scroll, so bring the current tab into view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the current tab changes
  useEffect(() => {
    const tab = place.current?.querySelector<HTMLElement>('[aria-current]');
    if (tab) place.current?.scrollTo({ left: tab.offsetLeft - place.current.offsetLeft - 40 });
  }, [props.current]);
  return (
    <nav className="tabs" aria-label={props.label} ref={place}>
      {props.tabs.map(({ to, name }) => (
        <Link key={to} to={to} className="tab" aria-current={to === props.current ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
