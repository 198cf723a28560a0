export * from './parameters'
export * from './preprocessing'
export * from './run-spec'
export * from './run-reading'
