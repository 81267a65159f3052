namespace LibMoE.Runtime;

/// <summary>One document of a corpus: the unit that is held out or trained on as a whole.</summary>
/// <param name="Name">A name that is unique in the corpus; names decide the order and the split.</param>
/// <param name="Text">The text.</param>
public sealed record Document(string Name, string Text);
