namespace LibMoE.Runtime;

/// <summary>What evaluation asks of a model that sees.</summary>
public interface IImageAnswerer
{
    /// <summary>Everything besides the model's own <see cref="IScorer.Identity"/> that decides an answer: the size that images are brought
    /// to, how their values are scaled, the conversation's template. Results are cached under it, and under the build of the assembly that
    /// the answerer is of.</summary>
    string Identity { get; }

    /// <summary>
    /// Answers a question on images: the most likely token at a time, until an end token, one of the question's stop texts or its limit.
    /// The same question gets the same answer.
    /// </summary>
    /// <returns>The text, without the prompt and the stop text; empty where the model ends at once.</returns>
    /// <exception cref="InvalidDataException">An image cannot be decoded, or the question does not fit the model: the item is refused and
    /// counted, with the message.</exception>
    string Answer(ImageQuestion question);
}
