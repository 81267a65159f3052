using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// VQA's form of an answer (Antol et al. 2015; EvalAIAnswerProcessor, as kept in EvolvingLMMs-Lab/lmms-eval 61e5060,
/// lmms_eval/tasks/_task_utils/vqa_eval_metric.py, from facebookresearch/mmf c46b3b3): lower case, no commas and question marks, blanks for
/// line breaks and tabs, punctuation taken out where a blank stands beside it and else a blank, no full stops that no digit follows,
/// numbers to ten as digits, no articles, apostrophes in contractions.
/// </summary>
internal static partial class VqaText
{
    private const string Punctuation = ";/[]\"{}()=+\\_-><@`,?!";

    /// <summary>The script hands a flag on in the place of a count, and so takes out this many full stops at most.</summary>
    private const int MostStops = 32;

    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    /// <summary>Words without their apostrophes, and with them. One pair goes the other way, as it does there.</summary>
    private static readonly Dictionary<string, string> Contractions = """
        aint=ain't arent=aren't cant=can't couldve=could've couldnt=couldn't couldn'tve=couldn't've couldnt've=couldn't've didnt=didn't
        doesnt=doesn't dont=don't hadnt=hadn't hadnt've=hadn't've hadn'tve=hadn't've hasnt=hasn't havent=haven't hed=he'd hed've=he'd've
        he'dve=he'd've hes=he's howd=how'd howll=how'll hows=how's isnt=isn't itd=it'd itd've=it'd've it'dve=it'd've itll=it'll maam=ma'am
        mightnt=mightn't mightnt've=mightn't've mightn'tve=mightn't've mightve=might've mustnt=mustn't mustve=must've neednt=needn't
        notve=not've oclock=o'clock oughtnt=oughtn't ow's'at='ow's'at 'ows'at='ow's'at 'ow'sat='ow's'at shant=shan't shed've=she'd've
        she'dve=she'd've shouldve=should've shouldnt=shouldn't shouldnt've=shouldn't've shouldn'tve=shouldn't've somebody'd=somebodyd
        somebodyd've=somebody'd've somebody'dve=somebody'd've somebodyll=somebody'll somebodys=somebody's someoned=someone'd
        someoned've=someone'd've someone'dve=someone'd've someonell=someone'll someones=someone's somethingd=something'd
        somethingd've=something'd've something'dve=something'd've somethingll=something'll thats=that's thered=there'd
        thered've=there'd've there'dve=there'd've therere=there're theres=there's theyd=they'd theyd've=they'd've they'dve=they'd've
        theyll=they'll theyre=they're theyve=they've twas='twas wasnt=wasn't wed've=we'd've we'dve=we'd've weve=we've werent=weren't
        whatll=what'll whatre=what're whats=what's whatve=what've whens=when's whered=where'd wheres=where's whereve=where've whod=who'd
        whod've=who'd've who'dve=who'd've wholl=who'll whos=who's whove=who've whyll=why'll whyre=why're whys=why's wont=won't
        wouldve=would've wouldnt=wouldn't wouldnt've=wouldn't've wouldn'tve=wouldn't've yall=y'all yall'll=y'all'll y'allll=y'all'll
        yall'd've=y'all'd've y'alld've=y'all'd've y'all'dve=y'all'd've youd=you'd youd've=you'd've you'dve=you'd've youll=you'll
        youre=you're youve=you've
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>The form in which answers are compared.</summary>
    public static string Normalized(string answer)
    {
        var text = answer.ToLowerInvariant().Replace(",", "", StringComparison.Ordinal).Replace("?", "", StringComparison.Ordinal)
            .Replace("'s", " 's", StringComparison.Ordinal).Replace('\n', ' ').Replace('\t', ' ').Trim();
        return string.Join(' ', PythonText.Words(WithoutPunctuation(text)).Select(Digit).Where(word => word is not ("a" or "an" or "the"))
            .Select(word => Contractions.GetValueOrDefault(word, word)));
    }

    /// <summary>A text without punctuation.</summary>
    public static string WithoutPunctuation(string text)
    {
        var between = CommaInNumber().IsMatch(text);
        var without = text;
        foreach (var mark in Punctuation)
        {
            var beside = between || text.Contains($"{mark} ", StringComparison.Ordinal)
                || text.Contains($" {mark}", StringComparison.Ordinal);
            without = without.Replace(mark.ToString(), beside ? "" : " ", StringComparison.Ordinal);
        }

        return FullStop().Replace(without, "", MostStops);
    }

    private static string Digit(string word) => word == "none" ? "0" : Array.IndexOf(Numbers, word) is >= 0 and var number
        ? number.ToString(CultureInfo.InvariantCulture) : word;

    [GeneratedRegex(@"(?<=\d),+(?=\d)", RegexOptions.CultureInvariant)]
    private static partial Regex CommaInNumber();

    /// <summary>Meant to spare the point behind a digit, too; the script's way of writing that spares nothing.</summary>
    [GeneratedRegex(@"\.(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex FullStop();
}
