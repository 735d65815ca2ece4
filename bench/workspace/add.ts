/** Notes one figure. */
export type Add = (scenario: string, metric: string, value: number, unit: string) => void
