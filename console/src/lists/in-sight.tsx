import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

/** Comes into sight when it appears: whoever pressed the button at the end of a long form is to see why nothing was saved. */
export const InSight = ({ children }: { readonly children: ReactNode }): ReactElement => {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.scrollIntoView({ block: 'nearest' }), []);
  // Clear of the buttons that some forms keep at their foot.
  return (
    <div ref={ref} style={{ scrollMarginBlock: 88 }}>
      {children}
    </div>
  );
};
