export * from './preprocessing'
