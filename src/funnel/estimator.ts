/** What is an off-policy estimator? It says from a log what another policy would have earned, and how sure that is. */

/** An estimated mean reward per decision with the bounds of its interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** An off-policy estimator over logs of one kind: of single choices, or of slates. */
export interface Estimator<Log> {
  /** The field's short name for it: `ips`, `snips`, `dr`, ... */
  readonly name: string;
  /**
   * The value of the target policy that the log's columns speak of.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths or propensities that are none,
   * ERR_SLUICE_NON_FINITE.
   */
  estimate(log: Log): Estimate;
}
