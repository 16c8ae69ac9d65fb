/** Why nothing was saved, where whoever pressed the button sees it: a long form may be scrolled far from it. */
import { useEffect, useRef, type ReactElement, type ReactNode, type RefObject } from 'react';

/** Comes into sight when it appears. */
export const InSight = ({ children }: { readonly children: ReactNode }): ReactElement => {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // No arrow without braces: newer browsers answer with a promise, which is no clean-up.
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  // Clear of the buttons that some forms keep at their foot.
  return (
    <div ref={ref} style={{ scrollMarginBlock: 88 }}>
      {children}
    </div>
  );
};

/** Of a form whose fields `refusal` marked: the first of them has the focus, and its reason is in sight. */
export const useMarkedInSight = (
  isMarked: boolean,
  refusal: unknown,
): RefObject<HTMLFormElement | null> => {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!isMarked) return;
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid=true]');
    field?.focus();
    field?.closest('.mantine-InputWrapper-root')?.scrollIntoView({ block: 'nearest' });
  }, [isMarked, refusal]);
  return form;
};
