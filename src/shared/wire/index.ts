export * from './frames'
export * from './message-codec'
