// Stands for @tensorflow/tfjs-core while the report of the API is made: api-extractor cannot read its `export *` of tfjs.
export declare class Tensor<R = any> {}
export declare enum Rank {}
export type Scalar = Tensor
export type Tensor1D = Tensor
export type Tensor2D = Tensor
export type Tensor3D = Tensor
export type Tensor4D = Tensor
export type Tensor5D = Tensor
