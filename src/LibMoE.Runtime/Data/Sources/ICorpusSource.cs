namespace LibMoE.Runtime.Data.Sources;

/// <summary>Where the documents of a domain come from. They can be read any number of times, always the same in the same order.</summary>
internal interface ICorpusSource
{
    /// <summary>What the text is, for people.</summary>
    string Name { get; }

    /// <summary>The documents one by one; none without text.</summary>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not what it should be;
    /// the message names file and line.</exception>
    IEnumerable<Document> Read();
}
