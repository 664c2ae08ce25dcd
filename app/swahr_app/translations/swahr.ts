<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>AboutDialog</name>
    <message>
        <location filename="../shell/dialogs/about.py" line="23" />
        <source>About Swahr</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="27" />
        <source>Swahr {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="29" />
        <source>People in videos, as keypoints and overlays.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="31" />
        <source>Looking at what is installed…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="32" />
        <source>What is installed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="38" />
        <source>Copy for a bug report</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="41" />
        <source>Close</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/about.py" line="79" />
        <source>Copied</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Actions</name>
    <message>
        <location filename="../shell/actions.py" line="109" />
        <source>&amp;File</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="110" />
        <source>Open &amp;camera or recent</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="113" />
        <source>Open &amp;beside</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="116" />
        <source>&amp;Open video…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="117" />
        <source>Open &amp;folder of photos…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="118" />
        <source>Open &amp;stream address…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="119" />
        <source>&amp;Close source</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="121" />
        <source>&amp;Quit</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="124" />
        <source>&amp;Playback</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="128" />
        <source>&amp;Play or pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="132" />
        <source>One frame &amp;on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="133" />
        <source>One frame &amp;back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="134" />
        <source>5 seconds on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="135" />
        <source>5 seconds back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="136" />
        <source>Next so&amp;urce</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="137" />
        <source>To the &amp;start</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="139" />
        <source>&amp;Faster</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="140" />
        <source>S&amp;lower</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="141" />
        <source>L&amp;oop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="142" />
        <source>&amp;Every frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="143" />
        <source>&amp;Mirror</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="146" />
        <source>&amp;Record</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="149" />
        <source>&amp;Record or stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="153" />
        <source>Save a &amp;picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="156" />
        <source>&amp;Draw</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="159" />
        <source>&amp;Skeleton</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="160" />
        <source>&amp;Joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="161" />
        <source>&amp;Boxes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="162" />
        <source>&amp;Id labels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="163" />
        <source>S&amp;cores</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="164" />
        <source>&amp;Trails</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="165" />
        <source>Hide &amp;faces</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="166" />
        <source>Side b&amp;y side</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="167" />
        <source>&amp;Uncertainty</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="173" />
        <source>Next &amp;layer: heatmap, tags, none</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="174" />
        <source>Gi&amp;ve ids</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="215" />
        <location filename="../shell/actions.py" line="177" />
        <source>Re&amp;view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="181" />
        <source>&amp;Go to</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="182" />
        <source>&amp;Choose</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="183" />
        <source>Correct &amp;here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="184" />
        <source>From here &amp;on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="185" />
        <source>&amp;Events</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="186" />
        <source>&amp;Measure</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="187" />
        <source>&amp;Picture and timeline</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="213" />
        <source>&amp;View</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="215" />
        <source>&amp;Live</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="215" />
        <source>&amp;Batch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="215" />
        <source>&amp;Training</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="224" />
        <source>&amp;Full screen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="225" />
        <source>&amp;Controls</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="226" />
        <source>&amp;Motion plot</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="230" />
        <source>Next t&amp;heme: dark, light, the desktop's</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="233" />
        <source>&amp;Help</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="234" />
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="235" />
        <source>Open the &amp;log</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/actions.py" line="236" />
        <source>&amp;About Swahr</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>AddressDialog</name>
    <message>
        <location filename="../live/address.py" line="13" />
        <source>Open a stream</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/address.py" line="16" />
        <source>Address of the stream</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/address.py" line="19" />
        <source>The address of a network camera or a video on a server: rtsp://, http://, srt://…</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Analyser</name>
    <message>
        <location filename="../live/workers/analysis.py" line="228" />
        <source>the network stopped ({}); choose a smaller input size or another device</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/workers/analysis.py" line="297" />
        <source>there is no picture to save; open a camera or a video first</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/workers/analysis.py" line="308" />
        <source>{}. Choose another folder under Recording, or free space on its disk.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Banner</name>
    <message>
        <location filename="../widgets/banner.py" line="41" />
        <source>Message</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../widgets/banner.py" line="52" />
        <source>Show folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../widgets/banner.py" line="56" />
        <source>Close this message (Esc)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../widgets/banner.py" line="57" />
        <source>Close this message</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Bar</name>
    <message>
        <location filename="../review/bar.py" line="33" />
        <source>Open…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="34" />
        <source>Export</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="36" />
        <source>Keypoints, values or a clip of the range between the marks; a data set</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="47" />
        <source>Frames that were looked at</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="86" />
        <source>{} of {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="88" />
        <source>Photo {} · proposed, {} of {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="90" />
        <source>Frame {} · proposed, {} of {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="92" />
        <source>Frame {} of {} · {:.3f} s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/bar.py" line="107" />
        <source>People were looked for in {} of {} frames</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Batch</name>
    <message>
        <location filename="../batch/worker.py" line="58" />
        <source>the work on it has ended by itself (code {}); start again, and it goes on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/entries.py" line="86" />
        <source>The list of the batch could not be read; it is in {}, and a new one begins.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/entry.py" line="81" />
        <source>nothing to write: choose a keypoint format</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>BatchPage</name>
    <message>
        <location filename="../batch/page.py" line="73" />
        <source>Nothing was added: no videos, or they are in the list.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="85" />
        <source>Cancelling…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="120" />
        <source>Batch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="123" />
        <source>Files are processed one after the other, every frame of them, with the live view's network.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="128" />
        <source>  Add files…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="129" />
        <source>  Add folder…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="130" />
        <source>Remove</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="272" />
        <location filename="../batch/page.py" line="131" />
        <source>Start</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="145" />
        <source>File</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="145" />
        <source>Progress</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="145" />
        <source>Speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="145" />
        <source>Result</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="150" />
        <source>Files of the batch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="166" />
        <source>Drop videos here, or add files.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="225" />
        <source>Add videos</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="225" />
        <source>Videos ({});;All files (*)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="231" />
        <source>Add the videos of a folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="237" />
        <source>Where the results go</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="263" />
        <source>{} of {} done</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="272" />
        <source>Cancel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="272" />
        <source>Resume</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="290" />
        <source>Batch: {} files could not be finished.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="293" />
        <source>The batch is done.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/page.py" line="297" />
        <source>Beside each file</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>BatchRow</name>
    <message>
        <location filename="../batch/row.py" line="37" />
        <source>Open</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="38" />
        <source>Show folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="39" />
        <source>Start anew</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="40" />
        <source>Replace what the interrupted run left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="73" />
        <source>{} of {} frames · {} %</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="76" />
        <source>{:.1f} frames/s
{:.1f} people per frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="81" />
        <source>Waiting</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="82" />
        <source>Running</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="83" />
        <source>Done</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="84" />
        <source>Cancelled; Resume goes on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../batch/row.py" line="85" />
        <source>Failed</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Canvas</name>
    <message>
        <location filename="../review/canvas.py" line="55" />
        <source>Picture with people</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/canvas.py" line="56" />
        <source>Click chooses, drag moves a joint; Ctrl+click puts the chosen joint there</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/canvas.py" line="266" />
        <source>Opening…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/canvas.py" line="267" />
        <source>People are being looked for…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/canvas.py" line="267" />
        <source>Not looked at</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/canvas.py" line="311" />
        <source>{}, id {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Command</name>
    <message>
        <location filename="../training/command.py" line="61" />
        <source>`swahr {}` cannot be started ({})</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/command.py" line="96" />
        <source>{}: the training cannot be started ({})</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Comparison</name>
    <message>
        <location filename="../review/comparison.py" line="38" />
        <source>Picture with the people of the checkpoint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="43" />
        <location filename="../review/comparison.py" line="42" />
        <source>End the comparison</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="64" />
        <source>Open a video here first; then the checkpoint can be compared on it.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="91" />
        <source>A checkpoint to compare with</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="93" />
        <source>Checkpoints (*.pt *.pth *.safetensors);;All files (*)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="145" />
        <source>Before, with what was corrected: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="145" />
        <source>Before: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="149" />
        <source>{} frames looked at</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="150" />
        <source>After, {}: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="155" />
        <source>not looked at yet</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="157" />
        <source>nobody</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/comparison.py" line="159" />
        <source>people: {}, joints: {:.2f} on average</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Controller</name>
    <message>
        <location filename="../live/controller.py" line="137" />
        <source>Picture saved: {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>DetailsPanel</name>
    <message>
        <location filename="../live/panels/model.py" line="138" />
        <source>Automatic</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>EventList</name>
    <message>
        <location filename="../review/notes_side.py" line="23" />
        <source>Events</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/notes_side.py" line="24" />
        <source>Click goes there, a double click renames</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Exports</name>
    <message>
        <location filename="../review/exports.py" line="51" />
        <source>Export keypoints as CSV</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="52" />
        <source>Export values as CSV</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="53" />
        <source>Export values as Excel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="54" />
        <source>Export the clip</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="55" />
        <source>Export the clip with people</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="56" />
        <source>Export a data set</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="80" />
        <source>Photos are no film: keypoints and a data set can be exported of them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="85" />
        <source>No frame was corrected by hand yet. U proposes those whose people are least sure.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="101" />
        <source>frames {} to {} alone, as they are marked</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="126" />
        <source>Written: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="128" />
        <source>: {}; Shift+O removes the marks</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="131" />
        <source>Written: {}. Frames put right by hand: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="133" />
        <source>; proposed ones, as they were found: {}, to be looked at first</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/exports.py" line="136" />
        <source>. The Training page starts from it.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Feeds</name>
    <message>
        <location filename="../live/feeds.py" line="86" />
        <source>{} sources are open; close one of them first.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/feeds.py" line="224" />
        <source>The signal is lost; trying to open the source again.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/feeds.py" line="227" />
        <source>The signal is back.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>FormatPicker</name>
    <message>
        <location filename="../widgets/formats.py" line="21" />
        <source>Formats of the keypoint files</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../widgets/formats.py" line="48" />
        <source>none</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Hand</name>
    <message>
        <source>No doubtful frame follows.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No doubtful frame before this one.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No gap follows.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No gap before this frame.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left and right change places nowhere from here on.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left and right change places nowhere before this frame.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Header</name>
    <message>
        <location filename="../shell/header.py" line="40" />
        <source>Live</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="40" />
        <source>Batch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="40" />
        <source>Training</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="40" />
        <source>Review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="46" />
        <source>Ctrl+{}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="52" />
        <source> Open</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="54" />
        <source>Open a camera, a video, a folder or a stream</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="62" />
        <source>Open another source beside: all are seen, and recorded together</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="63" />
        <source>Open another source beside</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="74" />
        <source>Save a picture (S)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="75" />
        <source>Save a picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="79" />
        <source>Record</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="83" />
        <source>Record videos and keypoints (R)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="160" />
        <source>{} × {} · {:.4g} fps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="171" />
        <source> Record</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="175" />
        <source> Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/header.py" line="181" />
        <source> · {} left out</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Hints</name>
    <message>
        <location filename="../state/texts.py" line="105" />
        <source>run `{}` in a terminal</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="107" />
        <source>choose “Start anew”</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="109" />
        <source>choose “Resume”</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="112" />
        <source>choose “{}”</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="114" />
        <source>turn on “{}”</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="116" />
        <source>turn off “{}”</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="118" />
        <source>leave “{}” as it is</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../state/texts.py" line="122" />
        <source>set “{}” to {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Keeper</name>
    <message>
        <location filename="../shell/keeper.py" line="41" />
        <source>Settings cannot be kept in {}: make the folder writable, or free space on its disk.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>LabelCheck</name>
    <message>
        <location filename="../training/label_check.py" line="44" />
        <source>Choose a data set on the left and check its labels.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/label_check.py" line="49" />
        <source>What the check of the labels says</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/label_check.py" line="83" />
        <source>Looking at the labels…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/label_check.py" line="115" />
        <source>These labels can be trained on.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/label_check.py" line="117" />
        <source>Training would refuse these labels; the text says why.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>LogDialog</name>
    <message>
        <location filename="../shell/dialogs/log.py" line="20" />
        <source>Log</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/log.py" line="25" />
        <source>Lines of the log</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/log.py" line="31" />
        <source>Refresh</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/log.py" line="33" />
        <source>Copy</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/log.py" line="35" />
        <source>Close</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/log.py" line="57" />
        <source>The log cannot be read: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/log.py" line="58" />
        <source>Nothing was logged yet.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>MeasureList</name>
    <message>
        <location filename="../review/notes_side.py" line="70" />
        <source>Read-outs</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/notes_side.py" line="72" />
        <source>Distances and angles at joints of the chosen person, in this frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/notes_side.py" line="104" />
        <source>No scale: distances are in pixels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/notes_side.py" line="106" />
        <source>Scale: {:g} m, {:.4g} mm per pixel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/notes_side.py" line="117" />
        <source>{} to {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/notes_side.py" line="118" />
        <source>{1}: {0} to {2}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>ModelPanel</name>
    <message>
        <source>Bundled</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="52" />
        <source>Automatic</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="52" />
        <source>Processor</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="52" />
        <source>NVIDIA GPU</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="72" />
        <source>From a file…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="89" />
        <source>Choose a checkpoint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="91" />
        <source>Checkpoints (*.safetensors *.pth *.pt *.tar *.caffemodel);;All files (*)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="97" />
        <source>Loading {}…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="99" />
        <source>No network is loaded; the picture is shown without people.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="105" />
        <source>{} joints · {} px · runs on {} by {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="112" />
        <source>It was asked for, or is the only one that runs this network at once.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/model.py" line="114" />
        <source>The fastest here of those that find the same people: {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>NewRun</name>
    <message>
        <location filename="../training/new_run.py" line="50" />
        <source>Labels to learn from: a folder of labels, or one file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="52" />
        <source>File…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="54" />
        <source>Choose one file of labels: COCO JSON, YOLO's data.yaml and others</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="57" />
        <source>Labels that the run is measured on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="60" />
        <source>Bundled network</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="61" />
        <source>Live view's network</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="62" />
        <source>Nothing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="63" />
        <source>Which weights the run starts from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="156" />
        <location filename="../training/new_run.py" line="68" />
        <source>None</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="70" />
        <source>Part of the photos that the run is measured on, where no other labels are chosen for that</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="76" />
        <source>Automatic</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="77" />
        <source>Few photos</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="78" />
        <source>Many photos</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="79" />
        <source>Other joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="80" />
        <source>From scratch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="81" />
        <source>By heart, as a test</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="84" />
        <source>Settings that suit; the run's output says what was chosen, and why</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="85" />
        <source>Length of the run</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="86" />
        <source>Photos of a step: fewer need less memory</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="88" />
        <source>By the preset</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="91" />
        <source>Folder of the run, beside the data set unless it is a whole path</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="92" />
        <source>Check labels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="94" />
        <source>Start training</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="155" />
        <source>Choose…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="201" />
        <source>New run</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="208" />
        <source>Data set</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="209" />
        <source>Validation</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="210" />
        <source>Or split off</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="211" />
        <source>Start from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="212" />
        <source>Preset</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="213" />
        <source>Steps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="214" />
        <source>Batch size</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="215" />
        <source>Run folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="242" />
        <source>Choose the folder of a data set</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="249" />
        <source>Choose a file of labels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="251" />
        <source>Labels (*.json *.yaml *.yml *.csv *.xml *.h5 *.slp)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="258" />
        <source>Choose labels to measure on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="258" />
        <source>Labels (*.json *.yaml *.yml)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="276" />
        <source>{} holds a run already: open it to resume it, or start this one as {}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="287" />
        <source>{}; choose another run folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/new_run.py" line="294" />
        <source>Choose a data set first.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>OpenVideo</name>
    <message>
        <location filename="../review/open_video.py" line="247" />
        <source>Nobody was found; try a lower threshold, or another network</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/open_video.py" line="252" />
        <source>All frames were looked at: {} ids</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/open_video.py" line="252" />
        <source>All were looked at</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>PanelHost</name>
    <message>
        <location filename="../panels.py" line="122" />
        <source>The panel {} cannot be shown: {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>PhotoList</name>
    <message>
        <location filename="../review/photo_list.py" line="36" />
        <source>Photos of the folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/photo_list.py" line="37" />
        <source>Photos of the folder, and how many people are in each</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>PlotPanel</name>
    <message>
        <location filename="../live/panels/plot.py" line="42" />
        <source>Whose joint is plotted; the main person is the one seen most</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="43" />
        <source>Person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="44" />
        <source>Main person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="47" />
        <source>Motion of a joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="85" />
        <source>px/s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="89" />
        <source>x, y in px</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="106" />
        <source>Motion</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/plot.py" line="149" />
        <source>Person {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Proposals</name>
    <message>
        <location filename="../review/proposals.py" line="83" />
        <source>Nobody was found in frames that are not corrected: there is nothing to propose.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/proposals.py" line="88" />
        <source>{} frames are proposed, whose people are least sure. U goes from one to the next; Export data set writes them with those that you correct.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Readouts</name>
    <message>
        <location filename="../live/panels/readouts.py" line="76" />
        <source>frames/s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="76" />
        <source>Frames that were analysed per second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="78" />
        <source>ms latency</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="78" />
        <source>From the moment a frame was read until it was drawn</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="119" />
        <location filename="../live/panels/readouts.py" line="80" />
        <source>people</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="80" />
        <source>People in the frame that is shown</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="82" />
        <source>left out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="82" />
        <source>Frames that were passed over, as newer ones had come</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="116" />
        <source>read</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="117" />
        <source>wait</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="118" />
        <source>network</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="120" />
        <source>ids</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="121" />
        <source>draw</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/panels/readouts.py" line="139" />
        <source>Latency of each stage, in ms</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Recents</name>
    <message>
        <location filename="../widgets/recents.py" line="32" />
        <source>Recent</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>RecordPanel</name>
    <message>
        <location filename="../live/panels/record.py" line="37" />
        <source>Where recordings go</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Recorder</name>
    <message>
        <location filename="../state/names.py" line="70" />
        <source>{} cannot be made ({}); choose another folder under Recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/workers/recording.py" line="46" />
        <source>nothing to record: choose a video or a keypoint format under Recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/workers/recording.py" line="52" />
        <source>no network is loaded, so there are no keypoints to record; choose one under Model</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Recordings</name>
    <message>
        <location filename="../live/recordings.py" line="95" />
        <source>Open a camera or a video first, then record.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="182" />
        <source>Open a camera or a video first, then take a picture.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="198" />
        <source>no frame came</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="199" />
        <source>Nothing was recorded: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="204" />
        <source>{} files: {} …</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="206" />
        <source>Recorded {:.1f} s into {}, in {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="208" />
        <source>; {} frames were left out, as the disk was too slow</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="230" />
        <source>starts in {} s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="232" />
        <source>waits for a person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="269" />
        <source>{}. Choose another folder under Recording, or free space on its disk.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/recordings.py" line="273" />
        <source>A recording that was cut off was finished: {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Review</name>
    <message>
        <location filename="../review/start_page.py" line="15" />
        <source>Review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/start_page.py" line="18" />
        <source>Drop a video here, a folder of photos, or a file of keypoints. Everything found is kept beside it, and is corrected by hand.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/files.py" line="64" />
        <source>{}: there is no video of that name beside it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/workers/analysing.py" line="56" />
        <source>the analysis has ended by itself (code {}); open the file again, and it goes on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One frame on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One frame back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One second on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One second back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>To the first frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>To the last frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next doubtful frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Doubtful frame before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next gap</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Gap before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next swap of left and right</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Swap of left and right before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next event</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Event before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mark in</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mark out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove the marks</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Person before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose nobody</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint to the left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint to the right</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint up</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint down</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Add the joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Hide or show the joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete the joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Add a person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete the person here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Swap left and right here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Fill between corrected frames</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Swap ids from here on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Merge the other id into this</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cut: a new id from here on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rename from here on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Swap left and right from here on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete the person from here on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Name this frame…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rename the event here…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete the event here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Event one frame on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Event one frame back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Distance of two joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Angle at a joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove the last read-out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scale: a line of known length…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove the scale</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Next plot: position, speed, angle, none</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Table of values</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Larger picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Smaller picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Whole picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Picture: look left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Picture: look right</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Picture: look up</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Picture: look down</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom into the timeline</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom out of the timeline</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Whole timeline</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{} ({})</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{}, {} pixels</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>ReviewPage</name>
    <message>
        <location filename="../review/page.py" line="189" />
        <location filename="../review/page.py" line="85" />
        <source>Open a video or a result…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="87" />
        <source>Open the video of the live page</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="110" />
        <source>The video of {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="112" />
        <source>Videos ({});;All files (*)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="135" />
        <source>Open a video or a result</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="191" />
        <source>Next unsure frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="194" />
        <source>Unsure frame before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="200" />
        <source>Compare a checkpoint…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="202" />
        <source>Close the review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="272" />
        <source>event</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="273" />
        <source>Event</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="273" />
        <source>Name</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="278" />
        <source>Length of the line, metres</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/page.py" line="279" />
        <source>Scale</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Run</name>
    <message>
        <location filename="../training/run_folder.py" line="89" />
        <source>{}: no such folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_folder.py" line="92" />
        <source>{} is not the folder of a run: it holds neither config.yaml nor log.jsonl; choose the one that a training wrote</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>RunCard</name>
    <message>
        <location filename="../training/run_card.py" line="26" />
        <source>The run that is shown</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="27" />
        <source>Open a run folder…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="31" />
        <source>No run is open.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="34" />
        <source>Try on the live view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="36" />
        <source>Before and after, on the video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="38" />
        <source>Show on the Review page what was found before, and what this checkpoint finds, side by side</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="43" />
        <source>Resume</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="45" />
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="53" />
        <source>Waiting for the first steps…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="61" />
        <source>Step {:,} of {:,}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="63" />
        <source>Step {:,}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="66" />
        <source>{:.1f} photos/s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="68" />
        <source>{:.0f} min left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="70" />
        <source>best AP {:.3f}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_card.py" line="77" />
        <source>Run</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>RunView</name>
    <message>
        <location filename="../training/run_view.py" line="64" />
        <location filename="../training/run_view.py" line="37" />
        <source>Loss</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_view.py" line="65" />
        <location filename="../training/run_view.py" line="38" />
        <source>Average precision</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_view.py" line="46" />
        <source>before: {value:.3f}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_view.py" line="57" />
        <source>Samples appear with the first checkpoint, where the run's photos are there.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_view.py" line="82" />
        <source>Samples</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/run_view.py" line="84" />
        <source>Open a run folder, or start a run: its curves appear here.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Said</name>
    <message>
        <source>A joint is placed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Whether a joint is hidden is changed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A joint is taken away</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A person is added</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A person is taken out of a frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left and right have changed places in a frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A person has another id in a frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>An event is named</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>An event is changed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>An event is removed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The scale is changed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The read-outs are changed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From frame {} on, id {} is taken out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>In frames {} to {}, id {} is taken out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From frame {} on, left and right of id {} have changed places</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>In frames {} to {}, left and right of id {} have changed places</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Taken back: {}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Made again: {}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From frame {} on, ids {} and {} have changed places</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From frame {} on, id {} is id {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Id {} is filled in, in {} frames</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{}; Ctrl+Z takes it back.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>SampleView</name>
    <message>
        <location filename="../training/sample_view.py" line="28" />
        <source>Sample</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/sample_view.py" line="44" />
        <source>{}: click, or Return, for large and small</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/sample_view.py" line="55" />
        <source>before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/sample_view.py" line="55" />
        <source>now</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Settings</name>
    <message>
        <source>Boxes from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>For networks of one person's crop: a file of person boxes, COCO's detections (.json) or a table (.csv) of image or frame, x, y, w, h, score.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The people of another model</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>People from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>For networks of one person's crop, where no file has boxes: the model whose people become crops.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Score by joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>For networks of one person's crop: a person's score is the box's by the mean confidence of the joints, as published; else the box's alone.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Found twice</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>For networks of one person's crop, of people found twice: greedy leaves out who is more alike than max_similarity; soft lets similar people have lower ranks, and keeps 20.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Greedy</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Soft</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Smooth</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Savitzky-Golay or Butterworth: neither lags.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Savgol</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Butterworth</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Fill gaps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Fill in joints and people that are missing for at most so many frames.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>frames</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Of savgol, seconds.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cutoff</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Of butterworth, Hz.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Hz</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Of savgol's polynomial, or of butterworth.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Angles</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A YAML file with the definitions of the angles.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The usual set</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Facing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Which way people face in the frame; auto goes by nose, ears and feet, frame by frame.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Auto</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Right</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Swaps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Limbs whose left and right change places between frames: exchanged back, or left as found.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Repair</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Leave</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Steps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Find steps where someone walks and is seen from the side.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Count</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Angles whose repetitions are counted, such as left_knee.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint score</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joints of a lower score are left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Min frames</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>People of fewer frames are left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Measure this id alone.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Everyone</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Height</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Metres: how tall the person is who is seen longest.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>m</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No scale</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Line</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Two points of the frame whose distance is known: x1,y1,x2,y2.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>px</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Metres: how long the line is, or else the floor.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Floor</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Two points of the frame on a level floor: x1,y1,x2,y2.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>As low as feet come</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A file of OpenCV with the camera's matrix and distortion, which is taken out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Swap at</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From a frame on two ids change places: 120:1,2; several with semicolons: 120:1,2;300:1,2.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Merge</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ids that are one person, who gets the first: 2,7; several with semicolons: 2,7;3,4.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What ids become: 3=1; several with commas: 3=1,4=2.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Least frames</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Who is there in fewer frames is left out; needs ids.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Longest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep so many people, those who are there in most frames; needs ids.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep this id alone, in the format's layout for one person where it has one, as dlc and trc do.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A rectangle of the frame, x,y,width,height: who has the middle of the body outside is left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The whole frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Encoder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What writes H.264: the hardware's encoder where one opens, or x264, whose files are reproducible.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>X264</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Nvenc</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Videotoolbox</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Qsv</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Vaapi</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Least person hidden</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where people are hidden: from which score on, those too who are too unsure to be written and drawn.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Anonymise</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Make whole heads, or all of everyone, unrecognisable; with ids also where they are lost for a moment.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Labels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Also write a data set of the photos or frames and who was found: a folder, with a COCO keypoint file.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Label score</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>People of a lower score are no labels in it; training leaves out where they are.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep empty</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep a row for frames without people.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint uncertainty</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Also how sure each joint's place is: columns of csv and jsonl, standard deviations in pixels.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Safe for spreadsheets</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Text of csv that a spreadsheet would run as a formula, such as a photo named =1+1.jpg, begins with an apostrophe.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Replace existing files</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Replace outputs that exist.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The formats, several with commas.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>By the name of the output; csv without it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Skeleton</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Limbs.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Dots at the joints.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Boxes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A box around each person.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ids</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The id above each person.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scores</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The score above each person.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ellipses</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Around each joint where it lies two times out of five, as sure as its place is.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Trails</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where people went in the last seconds.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Layer</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What the network says, over the frame: its heatmaps or its tags.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Heatmaps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tags</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Of the layer, this joint alone, such as nose.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The surest at each place</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Side by side</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The frame as it was on the left.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Least joint drawn</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joints of a lower score are not drawn.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Bundled or installed weights by name, a checkpoint file, or the folder of a run.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>auto, cpu, cuda, or one of several GPUs: cuda:1.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Threads</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Threads of the network; torch's belong to the whole process, and the command line alone sets them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The runtime's own choice</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Input size</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Short side of the network's input, pixels: larger finds smaller people, and takes longer.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The model's own</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Flip test</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look at the mirrored frame too: better, half as fast.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scales</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Scales to look at, such as 0.5,1,2; 1 must be among them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint threshold</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Confidence from which a joint counts: lower finds more joints, and more that are not there.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Person score</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Score from which a person counts: higher leaves out doubtful people.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Refine joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look again at each person, for more exact joints (COCO's 17): best at everyone, live at as many as there is time for; auto: best for files, live for cameras, where it is known to gain on the model.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Best</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tiles</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look at parts of the frame at full size too, for small people: so many along its longer side; auto: as many as a large frame needs. Each part takes as long as a frame.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>2</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>3</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>4</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Feet</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Heels and toes where they are sure, after refine: full is bundled; heavy is steadier, four times as slow, and fetched once.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Full</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Heavy</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Joint between pixels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where between the pixels of the network's maps a joint lies: as published, a quarter pixel towards the larger neighbour, which leaves a grid, or at the top of a curve; auto: what suits the model.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Quarter</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Parabola</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Gaussian</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Hands</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>With feet: knuckles of thumb, index and little finger too, where they are sure.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Most people</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Most people in a frame.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Max similarity</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Of two people whose object keypoint similarity is above, the better one stays; 1 keeps all.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Batch size</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Frames that the network takes at once.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Backend</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What runs the network: torch; or, from the extra `fast`, openvino or onnxruntime; auto: the fastest that is installed and finds the same people, which is found out once.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Precision</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Arithmetic; float16 is for GPUs, auto is a half type where the device is faster in one.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Float32</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Bfloat16</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Float16</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Compile</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>torch.compile: a minute's wait, then faster; for long videos.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seconds: frames before are left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seconds: frames from here on are left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The end</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Every</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take each n-th frame.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Frame rate</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Images per second, of a folder or glob of them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>25</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rotate</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Turn clockwise, degrees.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>°</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mirror</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Change left and right.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Give each person an id that stays theirs through the video.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tracker</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Which tracker gives the ids.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remember</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seconds for which someone who left is known again by clothes.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take the jitter out of joints, by a One-Euro filter; needs ids.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ids, once more</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Better ids by the whole video: what people wear and how they move, before and after; who is there for less than 0.15 s in all has none (-1).</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zero lag</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>In place of the One-Euro filter: Savitzky-Golay or Butterworth, which do not lag.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The folder for what is found; what is finished is skipped.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cluster</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A Ray cluster: host:6379, ray://host:10001, or local for this machine.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Workers</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>How many work at once.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One a GPU</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Estimate</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look at some frames, say how many hours and how much disk all will take, and do nothing else.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From </source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The format that is read.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>By its content</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Frames per second, for formats without times.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>By the times</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A JSON file with the joints, for coco files of other than 14, 17, 23 or 26.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>By the file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The format that is written.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>By the name of what is written</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Track</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Give people ids anew, by their poses.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Track second pass</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Better ids by all of the video, which has to be given; ids that are there are cut and joined.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The video that the keypoints come from, for its times, where formats have none, and for better ids.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Events</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A table (.csv) of frames with names, which are added: columns frame and event, as `swahr move` writes it.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Frames</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Frames of each measurement.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Threads of the network.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What is written.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Onnx</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Decoding</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Also find each joint's candidates in the graph (NMS, top-k).</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Candidates</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>With decoding: candidates of a joint.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Int8</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>8-bit whole numbers; needs photos to calibrate with.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Photos</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A folder of photos to calibrate with and to compare with torch on.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Max photos</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Photos taken, spread over the folder.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Speed of a file.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>×</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Loop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play a file again and again.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Every frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A file waits for the network, so that no frame is left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Results go to</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where the results go; empty: beside each file.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Overlay video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Also write a video with the people drawn.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keypoints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Formats of the keypoint files.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where recordings and pictures go; empty: the folder for videos.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A video with the people drawn.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Raw video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A video of the frames as they came, all of them.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Countdown</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Wait so long after Record is pressed.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Before that</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Also keep what was seen so long before, as far as memory reaches.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop after so long.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Until stopped</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Begins</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>When a recording begins: at once, or when somebody comes into view.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>At once</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>With a person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Which joint is plotted.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What is plotted of it.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Path</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What to learn from.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Validation</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What the run is measured on; empty: what is split off.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Split</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Part of the photos that it is measured on.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Start from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The weights that it starts from.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Settings that suit; empty: by what is asked.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Length; 0: by the preset.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Photos of a step; 0: by the preset.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Network, in detail</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Overlay</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>People</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Recording</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Sheet</name>
    <message>
        <location filename="../training/label_check.py" line="145" />
        <source>Contact sheet of the labels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/label_check.py" line="149" />
        <source>Click, or Return, for large and small</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>ShortcutsDialog</name>
    <message>
        <location filename="../shell/dialogs/shortcuts.py" line="29" />
        <source>Keyboard shortcuts</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/dialogs/shortcuts.py" line="44" />
        <source>Close</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Side</name>
    <message>
        <location filename="../review/side.py" line="48" />
        <source>People in this frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="49" />
        <source>Joints of the person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="91" />
        <location filename="../review/side.py" line="53" />
        <source>Other id</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="54" />
        <source>The id that is swapped with the chosen one, or merged into it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="91" />
        <location filename="../review/side.py" line="57" />
        <source>New id</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="58" />
        <source>What the chosen person is called from here on, by Rename</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="84" />
        <source>People</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="84" />
        <source>Joints</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="100" />
        <source>Here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="101" />
        <source>Correct here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="102" />
        <source>From here on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="108" />
        <source>Events</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="109" />
        <source>Measure</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="134" />
        <source>Id {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="134" />
        <source>No id</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="186" />
        <source>missing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="188" />
        <source>corrected</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="188" />
        <source>deleted</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="190" />
        <source>filled</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/side.py" line="192" />
        <source>, hidden</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Sources</name>
    <message>
        <location filename="../state/names.py" line="113" />
        <source>{}, in {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="51" />
        <source>Open a video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="53" />
        <source>Videos ({});;All files (*)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="62" />
        <source>Open a folder of photos</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="85" />
        <source>No camera was found</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="90" />
        <source>Video file…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="91" />
        <source>Folder of photos…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="92" />
        <source>Stream address…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/sources.py" line="97" />
        <source>Recent</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>StartPage</name>
    <message>
        <location filename="../live/start.py" line="26" />
        <source>Drop a video here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/start.py" line="28" />
        <source>or choose where pictures come from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/start.py" line="32" />
        <source>Camera</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/start.py" line="35" />
        <source>Video file…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/start.py" line="38" />
        <source>Folder of photos…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/start.py" line="40" />
        <source>Stream address…</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>StatusLine</name>
    <message>
        <location filename="../shell/status.py" line="33" />
        <source>Loading {}…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../shell/status.py" line="37" />
        <source>No network</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Store</name>
    <message>
        <location filename="../state/store.py" line="37" />
        <source>The settings could not be read ({}); they are as in the beginning.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Strip</name>
    <message>
        <location filename="../live/strip.py" line="24" />
        <source>Where people are, as far as the file was looked at. Click to go there.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/strip.py" line="25" />
        <source>Where people are</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Timeline</name>
    <message>
        <location filename="../review/timeline.py" line="63" />
        <source>Timeline</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/timeline.py" line="65" />
        <source>Click goes there, the wheel zooms, Shift and the wheel moves; over the ids it shows others</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/timeline.py" line="202" />
        <source>Rename…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/timeline.py" line="202" />
        <source>Delete</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>doubtful</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>left and right swapped?</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>filled</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>corrected</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Confidence</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Events</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Tools</name>
    <message>
        <location filename="../review/tools.py" line="177" />
        <source>Draw a line of known length, or move its end with Alt and the arrows; Y takes it, Escape leaves</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/tools.py" line="181" />
        <source>Distance</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/tools.py" line="181" />
        <source>Angle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/tools.py" line="183" />
        <source>{}: click joint {} of {}, or choose it and press {}; Escape leaves</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>TrackPlot</name>
    <message>
        <location filename="../review/plot.py" line="32" />
        <source>What is plotted</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="33" />
        <source>What is plotted of the chosen person (P)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="34" />
        <source>No plot</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="35" />
        <source>Position</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="35" />
        <source>Speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="35" />
        <source>Angle</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="39" />
        <source>Joint or angle that is plotted</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="40" />
        <source>Which joint or angle is plotted; the chosen joint is taken by itself</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="43" />
        <source>Plot over the time of the video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="196" />
        <source>Being measured…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="198" />
        <source>Choose a person</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/plot.py" line="203" />
        <source>not known here</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>TrainingPage</name>
    <message>
        <location filename="../training/page.py" line="92" />
        <source>A training runs already; stop it first.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="118" />
        <source>A training runs</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="119" />
        <source>Shall the training in {} go on without the window?</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="122" />
        <source>Let it run on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="123" />
        <source>Stop it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="124" />
        <source>Cancel</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="171" />
        <source>Run</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="171" />
        <source>Labels</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="186" />
        <source>Training</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="227" />
        <source>Open a run folder</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="234" />
        <source>The live view runs this checkpoint now.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="245" />
        <source>No checkpoint of this run is better than its start: its last one is compared.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="269" />
        <source>The training ended: {}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="275" />
        <source>The training was stopped; Resume goes on from its last checkpoint.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="276" />
        <source>The training was stopped before its first step.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../training/page.py" line="279" />
        <source>The training is done.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Transport</name>
    <message>
        <location filename="../live/transport.py" line="59" />
        <source>One frame back (Left)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="61" />
        <source>Play or pause (Space)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="64" />
        <source>One frame on (Right)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="67" />
        <source>Time of the frame that is shown, minutes : seconds . milliseconds</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="70" />
        <source>Number of the frame that is shown; the first is 0</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="73" />
        <source>Drag to another moment of the file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="74" />
        <source>Position</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="161" />
        <source>live</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/transport.py" line="178" />
        <source>frame {}</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>ValuesWindow</name>
    <message>
        <location filename="../review/values.py" line="89" />
        <source>Values</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="95" />
        <source>Tables</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="99" />
        <source>Other tables</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="101" />
        <source>This frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="101" />
        <source>Each frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="135" />
        <source>Being measured…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="136" />
        <source>Choose a person.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="146" />
        <source>Id {}, frame {}; range {} to {}, {} frames with the person. Filtered as {} does.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="150" />
        <source>{} measures without a value in it are left out.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="181" />
        <source>Now</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="181" />
        <source>Least</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="181" />
        <source>Mean</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="181" />
        <source>Largest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../review/values.py" line="190" />
        <source>Choose all</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>View</name>
    <message>
        <location filename="../live/view.py" line="156" />
        <location filename="../live/view.py" line="49" />
        <source>Picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="56" />
        <location filename="../live/view.py" line="55" />
        <source>Close this source</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="164" />
        <source>paused</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="165" />
        <source>ended</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="166" />
        <source>no signal</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="171" />
        <source>{} people · {:.1f} per second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="207" />
        <source>Opening…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="207" />
        <source>A camera or stream may take some seconds.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="210" />
        <source>No signal</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="211" />
        <source>Trying to open it again. Check the cable or the network.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="215" />
        <source>Loading the network…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="215" />
        <source>Every frame waits for it.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="217" />
        <source>This source cannot be shown</source>
        <translation type="unfinished" />
    </message>
    <message>
        <location filename="../live/view.py" line="217" />
        <source>The message above says why.</source>
        <translation type="unfinished" />
    </message>
</context><context>
    <name>Window</name>
    <message>
        <location filename="../shell/window.py" line="297" />
        <source>Something went wrong inside the app ({}). Help › Open the log has the details.</source>
        <translation type="unfinished" />
    </message>
</context></TS>
