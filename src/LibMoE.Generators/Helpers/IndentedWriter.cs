using System.Text;

namespace LibMoE.Generators.Helpers;

/// <summary>Writes C# text with four spaces a level and <c>\n</c> line ends, on every platform.</summary>
internal sealed class IndentedWriter
{
    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>Writes an empty line.</summary>
    public void Line() => _text.Append('\n');

    /// <summary>Writes one line; an empty one gets no indentation.</summary>
    public void Line(string line)
    {
        if (line.Length > 0)
        {
            _text.Append(' ', 4 * _level).Append(line);
        }

        Line();
    }

    /// <summary>Writes the lines of a text, each at the current level; their own indentation is kept.</summary>
    public void Lines(string multiline)
    {
        foreach (var line in multiline.Replace("\r\n", "\n").Split('\n'))
        {
            Line(line.TrimEnd());
        }
    }

    /// <summary>Writes the header and an opening brace, and indents until the result is disposed, which writes the closing brace.</summary>
    public IDisposable Block(string header)
    {
        Lines(header);
        Line("{");
        _level++;
        return new OpenBlock(this);
    }

    /// <inheritdoc />
    public override string ToString() => _text.ToString();

    private void Close()
    {
        _level--;
        Line("}");
    }

    private sealed class OpenBlock(IndentedWriter writer) : IDisposable
    {
        public void Dispose() => writer.Close();
    }
}
