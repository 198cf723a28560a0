export * from './engine'
export * from './errors'
export * from './main'
export * from './validation'
