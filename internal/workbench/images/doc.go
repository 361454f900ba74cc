// Package images builds container images from Go, without Docker and without a
// registry: the inference service as an index of one image per platform, and what
// else a cluster without a registry needs from files of this machine.
//
// The same sources and the same Go give the same digest on every machine: files
// have no times and no owners, the binary knows no paths, and the certificates come
// from a Go module instead of the machine.
//
//	built, err := images.Inference(ctx, images.InferenceOptions{Checkout: ".", Reference: images.DefaultReference})
//	if err != nil {
//		return err
//	}
//	return built.WriteLayout("layout")
package images
