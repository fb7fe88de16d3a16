// Bounds on every query. `max_memory_usage` alone is not enough against long lines: those are cut in sources/.

const MiB = 1024 ** 2

export type QueryLimits = {
  /** Default 600. */
  readonly seconds?: number
  /** Bytes; default 1,200 MiB. */
  readonly memory?: number
  /** Default: as many as the machine has cores. */
  readonly threads?: number
}

/** Settings sent with each query, always all of them: they stay on a session. Exceeding time gives code 159, memory 241. */
export function settingsOf(limits: QueryLimits = {}): Record<string, string | number> {
  const memory = limits.memory ?? 1200 * MiB
  return {
    max_execution_time: limits.seconds ?? 600,
    max_memory_usage: memory,
    max_threads: limits.threads ?? 0,
    max_bytes_before_external_group_by: Math.floor(memory / 3),
    max_bytes_before_external_sort: Math.floor(memory / 3),
    // values are bound into the text of the query
    max_query_size: 256 * MiB,
    output_format_json_quote_64bit_integers: 0,
    mutations_sync: 2,
    lightweight_deletes_sync: 2,
    input_format_parallel_parsing: 1,
  }
}
