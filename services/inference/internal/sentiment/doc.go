// Package sentiment decides whether an English text is positive or negative, with
// a naive Bayes classifier over TF-IDF weights. A Trainer learns from labelled
// texts and gives a Model; a Model is never changed after that, so any number of
// goroutines may use one.
package sentiment
