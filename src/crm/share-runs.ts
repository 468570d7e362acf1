// One look at the database for many who ask at the same time.

/**
 * Lets those who ask for the same key at once share a run of `work`. Whoever asks while one is under way waits for the
 * next, so that the answer is never older than the question.
 */
export function shareRuns<T>(work: (key: number) => Promise<T>): (key: number) => Promise<T> {
  /** Ends of the runs under way: they never fail. */
  const running = new Map<number, Promise<void>>();
  const waiting = new Map<number, Promise<T>>();

  function begin(key: number): Promise<T> {
    waiting.delete(key);
    const run = work(key);
    const end = (): void => void running.delete(key);
    running.set(key, run.then(end, end));
    return run;
  }

  return (key) => {
    const next = waiting.get(key);
    if (next) return next;
    const current = running.get(key);
    if (!current) return begin(key);
    const later = current.then(() => begin(key));
    waiting.set(key, later);
    return later;
  };
}
