namespace LibMoE.Serving.Http;

/// <summary>A client leaves its answer unread; its connection is closed.</summary>
internal sealed class SlowReaderException() : Exception("The client does not read its answer.");
